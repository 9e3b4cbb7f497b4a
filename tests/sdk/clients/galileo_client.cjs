// Does jobs with the Galileo client of npm: one JSON object a line comes in, one goes out.
const { createInterface } = require('node:readline');
const { GalileoApiClient, GalileoConfig, getTraces, validateCodeScorer } = require('galileo');

async function connected(job, options) {
  GalileoConfig.reset();
  Object.assign(process.env, { GALILEO_API_URL: job.url, GALILEO_API_KEY: job.key });
  const client = new GalileoApiClient();
  await client.init(options);
  return client;
}

async function connect(job) {
  return Boolean((await connected(job, { projectName: 'a project' })).logStreamId);
}

async function upload(job) {
  const client = await connected(job, { projectScoped: false });
  const form = new FormData();
  form.append('file', new Blob([job.code ?? 'def scorer_fn(**_): return 1']), 'scorer.py');
  for (const [name, value] of Object.entries(job.fields ?? {})) {
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return client.makeRequest('POST', 'scorers/code/validate/log_record', form);
}

async function search(job) {
  await connected(job, { projectScoped: false });
  const { starting_token: startingToken, limit } = job.page ?? {};
  const options = { projectId: job.project, experimentId: job.experiment, filters: job.filters, startingToken, limit };
  const page = await getTraces(job.sort ? { ...options, sort: job.sort } : options);
  return { records: page.records, next_starting_token: page.nextStartingToken };
}

async function validate(job) {
  await connected(job, { projectScoped: false });
  const { result } = await validateCodeScorer(job.code, ['llm'], 5000, 50);
  return { result_type: result.result_type, scores: result.test_scores.length };
}

const JOBS = { connect, upload, search, validate };

async function told(job) {
  try {
    return { value: await JOBS[job.does](job) };
  } catch (error) {
    const status = Number(/status code (\d+)/.exec(error.message)?.[1]) || null;
    return { error: error.constructor.name, status, message: error.message };
  }
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(`answer: ${JSON.stringify(await told(JSON.parse(line)))}`);
  }
})();
