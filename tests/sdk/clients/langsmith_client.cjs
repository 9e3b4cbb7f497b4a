// Does jobs with the LangSmith client of npm: one JSON object a line comes in, one goes out.
const { createInterface } = require('node:readline');
const { Client, Langsmith } = require('langsmith');

async function generated(job) {
  const client = new Langsmith({ baseURL: job.url, apiKey: job.key, maxRetries: 0 });
  return client.post('/api/v1/runs/rules/validate', { body: job.rule });
}

async function info(job) {
  const client = new Client({ apiUrl: job.url, apiKey: job.key });
  return (await client._getServerInfo()).version;
}

async function runs(job) {
  const client = new Client({ apiUrl: job.url, apiKey: job.key });
  const found = [];
  for await (const run of client.listRuns({ projectName: job.project, limit: job.limit })) {
    found.push({ id: run.id, inputs: run.inputs, outputs: run.outputs, status: run.status });
  }
  return found;
}

async function selected(job) {
  const { id } = await new Client({ apiUrl: job.url, apiKey: job.key }).readProject({ projectName: job.project });
  const client = new Langsmith({ baseURL: job.url, apiKey: job.key, maxRetries: 0 });
  const found = [];
  const selects = ['ID', 'OUTPUTS', 'START_TIME'];
  for await (const run of client.runs.query({ project_ids: [id], selects, page_size: 2 })) found.push(run);
  const last = found[found.length - 1];
  const where = { project_id: id, start_time: last.start_time, selects: ['STATUS', 'OUTPUTS'] };
  const read = await client.runs.retrieve(last.id, where);
  return { runs: found.map((run) => [run.id, run.outputs]), last: [read.status, read.outputs] };
}

async function feedback(job) {
  const client = new Client({ apiUrl: job.url, apiKey: job.key });
  const found = [];
  for await (const given of client.listFeedback({ runIds: [job.run] })) {
    found.push([given.key, given.score]);
  }
  return found;
}

async function read(job) {
  return (await new Client({ apiUrl: job.url, apiKey: job.key }).readRun(job.run)).outputs;
}

const JOBS = { generated, info, runs, selected, feedback, read };

async function told(job) {
  try {
    return { value: await JOBS[job.does](job) };
  } catch (error) {
    return { error: error.constructor.name, status: error.status ?? null, message: error.message };
  }
}

(async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(`answer: ${JSON.stringify(await told(JSON.parse(line)))}`);
  }
})();
