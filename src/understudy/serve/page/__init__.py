"""What a browser sees below /__understudy__/: the console, and by `docs` the documents."""
