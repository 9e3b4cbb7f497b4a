"""What the pages and the reports share: elements that escape, texts made visible, the two palettes."""
