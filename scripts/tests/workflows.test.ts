import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { cases } from '../../bench/cases.ts';
import { releaseImages } from '../src/deploy/request.ts';
import { createRun } from '../src/platform/run.ts';

const root = join(import.meta.dirname, '..', '..');
type Step = {
  if?: string;
  id?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
};
type Job = {
  if?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  needs?: string[];
  outputs?: Record<string, string>;
  strategy?: { matrix: Record<string, string> };
  steps: Step[];
};
type Concurrency = { group: string; 'cancel-in-progress': boolean | string };
type Workflow = {
  on: Record<string, unknown>;
  permissions?: object;
  concurrency?: Concurrency;
  jobs: Record<string, Job>;
};

const texts = new Map(
  globSync(join(root, '.github', 'workflows', '*.yml')).map((path) => [basename(path), readFileSync(path, 'utf8')]),
);
const workflows = [...texts].map(([name, text]) => [name, parse(text) as Workflow] as const);
const jobs = workflows.flatMap(([name, { jobs }]) => Object.entries(jobs).map(([job, it]) => [name, job, it] as const));
const run = createRun({ cwd: root, env: process.env });

test('there is a workflow for changes, deployments, rollbacks, nights and code analysis', () => {
  expect([...texts.keys()].sort()).toEqual(['ci.yml', 'codeql.yml', 'deploy.yml', 'nightly.yml', 'rollback.yml']);
});

describe.each(workflows)('%s', (name, workflow) => {
  test('nothing runs with rights that nobody asked for, and nothing for a stranger with secrets', () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.concurrency).toBeDefined();
    expect(Object.keys(workflow.on)).not.toEqual(expect.arrayContaining(['pull_request_target', 'workflow_run']));
    if ('pull_request' in workflow.on) expect(texts.get(name)).not.toContain('secrets.');
  });
  test('every action is pinned to a commit, with its version beside it', () => {
    const lines = (texts.get(name) ?? '').split('\n').filter((line) => /\buses:/.test(line));
    for (const line of lines) expect(line).toMatch(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});

describe.each(jobs)('%s: %s', (_workflow, _name, job) => {
  test('says what it may do and how long', () => {
    expect(job.permissions).toBeDefined();
    expect(job['timeout-minutes']).toBeGreaterThan(0);
  });
  test('what it runs is one or two lines, with no text of somebody else in them', () => {
    for (const { run: text = '' } of job.steps) {
      expect(text.trim().split('\n').length).toBeLessThanOrEqual(2);
      expect(text).not.toContain('${{');
    }
  });
  test('leaves no token in the checkout', () => {
    for (const { uses, with: options } of job.steps)
      if (uses?.startsWith('actions/checkout@')) expect(options?.['persist-credentials']).toBe(false);
  });
  test('the scripts that it runs are there', () => {
    for (const { run: text = '' } of job.steps)
      for (const [path] of text.matchAll(/(?<=^|\s)(scripts|\.ci)\/[\w-]+/gm))
        expect(globSync(join(root, path))).toEqual([join(root, path)]);
  });
});

/** Ends engines, enters containers or installs programs: with less than root, or on an engine of others, it fails. */
const needsRoot = /\.ci\/run\b|\btest:(stack|deploy)\b|\bbench\b|install-docker/;

test('what needs root, or an engine that may be ended, has both in a container of its own', () => {
  const runs = jobs.flatMap(([workflow, name, { steps }]) =>
    steps.map(({ run = '' }) => `${workflow} ${name}: ${run}`),
  );
  const found = runs.filter((text) => needsRoot.test(text));
  expect(found.map((text) => text.replace(/: .*/s, ''))).toEqual([
    'ci.yml tests',
    'ci.yml stack',
    'nightly.yml stack',
    'nightly.yml backups',
    'nightly.yml deployment',
    'nightly.yml soak',
  ]);
  for (const text of found) expect(text).toMatch(/: \.ci\/in-debian \.ci\/run( [\w:/.-]+)*$/);
});

test('what loads have found is kept, however they end', () => {
  const kept = jobs.flatMap(([workflow, name, { steps }]) =>
    steps
      .filter(({ uses, with: more }) => uses?.startsWith('actions/upload-artifact@') && more?.['path'] === 'results/')
      .map((step) => [workflow, name, step.if]),
  );
  expect(kept).toEqual([
    ['ci.yml', 'stack', 'always()'],
    ['nightly.yml', 'soak', 'always()'],
    ['nightly.yml', 'load', 'always()'],
  ]);
});

/** Seconds of load in a run of the benchmark with these words: each round has as much before the bare servers. */
function benchSeconds(words: readonly string[]): number {
  const text = { type: 'string' } as const;
  const options = { case: text, rounds: text, seconds: text, sustained: text };
  const { values } = parseArgs({ args: [...words], options });
  const { case: wanted, rounds = 3, seconds = 15, sustained = 60 } = values;
  const chosen = cases.filter(({ name }) => wanted === undefined || wanted.split(',').includes(name));
  const each = { burst: Number(seconds), sustained: Number(sustained) };
  return chosen.reduce((sum, { length }) => sum + 2 * Number(rounds) * each[length], 0);
}

test('a long benchmark of the night leaves half of its time to what comes before and after its load', () => {
  const found = jobs.flatMap(([, name, { steps, 'timeout-minutes': minutes = 0 }]) =>
    steps.flatMap(({ run = '' }) => {
      const [, words] = /\.ci\/run bench (.+)$/.exec(run) ?? [];
      return words === undefined ? [] : [{ name, seconds: benchSeconds(words.split(' ')), limit: minutes * 60 }];
    }),
  );
  expect(found.map(({ name }) => name)).toEqual(['soak']);
  for (const { seconds, limit } of found) {
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(limit / 2);
  }
});

test('each night the stack backs up, proves the backup and restores it: the words choose that test alone', () => {
  const { jobs } = parse(texts.get('nightly.yml') ?? '') as Workflow;
  const [, words = ''] =
    /^\.ci\/in-debian \.ci\/run test:stack (.+)$/.exec(jobs['backups']?.steps.at(-1)?.run ?? '') ?? [];
  const list = [...'--experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js'.split(' '), '--listTests'];
  const chosen = spawnSync(process.execPath, [...list, '--config', 'jest.stack.config.js', ...words.split(' ')], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(chosen.stdout.trim()).toBe(join(root, 'tests', 'stack', 'backup.test.ts'));
});

const ci = parse(texts.get('ci.yml') ?? '') as Workflow;
const usesOf = (job: string, action: string) => ci.jobs[job]?.steps.find(({ uses }) => uses?.startsWith(`${action}@`));
const runOf = (job: string, script: string) => ci.jobs[job]?.steps.find(({ run }) => run?.includes(script));

/** What GitHub fills in. */
const given = (what: string) => `\${{ ${what} }}`;

test('each commit of main is judged, whatever comes after it; of a change only what was pushed last', () => {
  const { group, 'cancel-in-progress': cancels } = ci.concurrency ?? {};
  // One group for all of main would cancel a commit that waits as soon as there is a third.
  expect(group).toBe(`ci-${given("github.event_name == 'push' && github.sha || github.ref")}`);
  expect(cancels).toBe(given("github.event_name != 'push'"));
});

test('a rollback waits for no deployment, nor is it cancelled by one; what runs is never cut off', () => {
  const all = ['deploy.yml', 'rollback.yml'].map((name) => (parse(texts.get(name) ?? '') as Workflow).concurrency);
  expect(all).toEqual([
    { group: 'deploy', 'cancel-in-progress': false },
    { group: 'rollback', 'cancel-in-progress': false },
  ]);
});

test('a commit that has passed is deployed by what looks whether main is still at it', () => {
  expect(ci.jobs['deploy']?.steps.at(-1)?.run).toBe('.ci/start-deployment "$GITHUB_SHA"');
  expect(texts.get('ci.yml')).not.toContain('gh workflow run');
});

describe('images', () => {
  test('each of a release is built, and each scan looks at what was built', () => {
    const outputs = Object.values(releaseImages).map((target) => [target, given(`steps.built.outputs.${target}`)]);
    expect(ci.jobs['images']?.outputs).toEqual(Object.fromEntries(outputs));
    expect(ci.jobs['scan']?.needs).toContain('images');
    expect(runOf('scan', '.ci/load-image')?.env?.['REFERENCE']).toContain('needs.images.outputs[matrix.image.target]');
    expect(usesOf('scan', 'anchore/scan-action')?.with?.['image']).toContain(':scanned');
    expect(ci.jobs['scan']?.if).toContain("needs.images.result == 'success'");
  });
  test('what is scanned by somebody else can change nothing', () =>
    expect(ci.jobs['scan']?.permissions).toEqual({ contents: 'read', packages: 'read' }));
  test.each([
    ['ci.yml', 'plan'],
    ['nightly.yml', 'others'],
  ])('%s: those of others are scanned, as docker-compose.yml names them', (name, step) => {
    const { jobs } = parse(texts.get(name) ?? '') as Workflow;
    const others = given(`steps.${step}.outputs.others`);
    expect(jobs['plan']?.outputs).toMatchObject({ others });
    expect(jobs['scan-others']?.strategy?.matrix).toEqual({ image: given('fromJSON(needs.plan.outputs.others)') });
    expect(jobs['scan-others']?.steps.at(-1)?.with).toMatchObject({
      image: given('matrix.image'),
      'severity-cutoff': 'high',
    });
    expect(jobs['plan']?.steps.at(-1)?.run?.includes('--others')).toBe(name === 'nightly.yml');
  });
  test('each night ours are scanned again, as the registry has them', () => {
    const { jobs } = parse(texts.get('nightly.yml') ?? '') as Workflow;
    const { outputs, steps = [] } = jobs['plan'] ?? {};
    expect(outputs).toMatchObject({ ours: given('steps.ours.outputs.images') });
    // The commit's: what is built anew would be scanned with newer packages than those that serve.
    expect(steps.map(({ run }) => run)).toContain(
      'node scripts/src/main.ts plan-images "ghcr.io/$GITHUB_REPOSITORY" --published >> "$GITHUB_OUTPUT"',
    );
    expect(steps[0]?.with).toMatchObject({ 'fetch-depth': 20 });
    const scan = jobs['scan-ours'];
    expect(scan?.strategy?.matrix).toEqual({ image: given('fromJSON(needs.plan.outputs.ours)') });
    expect(scan?.steps.map(({ env }) => env?.['REFERENCE'])).toContain(given('matrix.image.reference'));
    expect(scan?.steps.at(-1)?.with).toMatchObject({
      image: `shortstack/${given('matrix.image.target')}:scanned`,
      'severity-cutoff': 'high',
    });
    expect(jobs['tell']?.needs).toContain('scan-ours');
  });
  test('the repository is scanned once', () => {
    const scans = Object.entries(ci.jobs).filter(([, { steps }]) =>
      steps.some(({ with: options }) => options?.['path'] === '.'),
    );
    expect(scans.map(([name, { strategy }]) => [name, strategy])).toEqual([['scan-repository', undefined]]);
  });
  test('another Postgres, by a variable of the repository, is what they are built with', () => {
    expect(runOf('plan', 'plan-images')?.env?.['POSTGRES_IMAGE']).toBe(given('vars.POSTGRES_IMAGE'));
    expect(usesOf('images', 'docker/build-push-action')?.with?.['build-args']).toBe(given('matrix.image.arguments'));
    expect(runOf('scan', '.ci/load-image')?.env?.['ARGUMENTS']).toBe(given('matrix.image.arguments'));
  });
  test('they say what they were made from, and have no name before everything has passed', () => {
    const { outputs, labels, tags } = usesOf('images', 'docker/build-push-action')?.with ?? {};
    expect(labels).toBe(given('matrix.image.labels'));
    expect([outputs, tags]).toEqual([
      'type=image,push-by-digest=true,name-canonical=true,push=true',
      given('matrix.image.repository'),
    ]);
    expect(ci.jobs['names']?.needs).toContain('all-passed');
  });
  test('a deployment takes each by its digest', () => {
    const { steps = [] } = (parse(texts.get('deploy.yml') ?? '') as Workflow).jobs['deploy'] ?? {};
    const [fetched, deployed] = ['.ci/fetch-images', 'scripts/deploy'].map((script) =>
      steps.findIndex(({ run }) => run?.includes(script)),
    );
    expect(fetched).toBeGreaterThan(0);
    expect(deployed).toBeGreaterThan(fetched ?? 0);
    expect(steps[deployed ?? 0]?.run).toContain(`"\${images[@]}" "$COMMIT"`);
  });
});

describe('what may be deployed', () => {
  const { steps = [] } = (parse(texts.get('deploy.yml') ?? '') as Workflow).jobs['deploy'] ?? {};
  const first = steps.slice(
    0,
    steps.findIndex(({ uses }) => uses),
  );
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gh-'));
    // Answers what one says here, by the beginning of what it is asked, through the filter that it is given.
    const gh =
      '#!/bin/bash\njq --arg asked "$2" \'[.[] | select(.[0] as $to | $asked | startswith($to))][0][1]\' <<< "$ANSWERS" | jq -r "$4"\n';
    writeFileSync(join(folder, 'gh'), gh, { mode: 0o755 });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const commit = 'c'.repeat(40);
  const of = 'repos/Me/It';
  const onMain = (status: string) => [`${of}/compare/main...${commit}`, { status }];
  const runs = (...ids: number[]) => [
    `${of}/actions/workflows/ci.yml/runs?head_sha=${commit}&event=push&branch=main`,
    { workflow_runs: ids.map((id) => ({ id })) },
  ];
  const jobs = (conclusion: string) => [
    `${of}/actions/runs/42/jobs`,
    {
      jobs: [
        { name: 'tests', conclusion: 'success' },
        { name: 'all-passed', conclusion },
        { name: 'deploy', conclusion: null },
      ],
    },
  ];
  /** Whether the steps before the commit is there let it through. */
  const passes = (answers: unknown[], COMMIT = commit) => {
    const PATH = `${folder}:${process.env['PATH']}`;
    const env = { ...process.env, PATH, COMMIT, GITHUB_REPOSITORY: 'Me/It', ANSWERS: JSON.stringify(answers) };
    return first.every(({ run = '' }) => spawnSync('bash', ['-e', '-c', run], { env }).status === 0);
  };

  test('one of main that CI has passed there: the newest, or one before', () => {
    expect(first).toHaveLength(2);
    for (const status of ['identical', 'behind'])
      expect(passes([onMain(status), runs(42, 41), jobs('success')])).toBe(true);
  });
  test.each<[string, unknown[]]>([
    ['one of another branch', [onMain('diverged'), runs(42), jobs('success')]],
    ['one that main has yet to take', [onMain('ahead'), runs(42), jobs('success')]],
    ['one that nobody knows', [runs(42), jobs('success')]],
    ['one that CI has not seen on main', [onMain('behind'), runs(), jobs('success')]],
    ['one that has not passed', [onMain('behind'), runs(42), jobs('failure')]],
  ])('%s is not, before anything of it runs', (_what, answers) => expect(passes(answers)).toBe(false));
  test('nor is a name, which may lead elsewhere a moment later', () => {
    const answers = [
      [`${of}/compare/main...main`, { status: 'identical' }],
      [`${of}/actions/workflows`, runs(42)[1]],
    ];
    expect(passes([...answers, jobs('success')], 'main')).toBe(false);
  });
});

/** Jobs that may be skipped though all is well, and all that come after them. */
function afterSkipped(jobsOf: Record<string, Job>): string[] {
  const mayBeSkipped = (name: string): boolean => /github\.event_name/.test(jobsOf[name]?.if ?? '');
  const behind = (name: string): boolean =>
    (jobsOf[name]?.needs ?? []).some((needed) => mayBeSkipped(needed) || behind(needed));
  return Object.keys(jobsOf).filter(behind);
}

test('a job behind one that may be skipped says itself what it waits for, or it would be skipped, too', () => {
  expect(afterSkipped(ci.jobs)).toEqual(['scan', 'all-passed', 'names', 'deploy']);
  for (const name of afterSkipped(ci.jobs)) expect(ci.jobs[name]?.if).toMatch(/always\(\)|!cancelled\(\)/);
  for (const name of ['names', 'deploy'])
    expect(ci.jobs[name]?.if).toMatch(/needs\.(all-passed|names)\.result == 'success'/);
});

describe('what decides', () => {
  const judge = ci.jobs['all-passed'];
  const verdict = (needs: unknown) =>
    spawnSync('bash', ['-e', '-c', judge?.steps[0]?.run ?? ''], {
      env: { ...process.env, NEEDS: JSON.stringify(needs) },
    }).status;
  test('every job that checks is required', () => {
    const after = new Set(['all-passed', 'names', 'deploy']);
    expect(judge?.needs?.toSorted()).toEqual(
      Object.keys(ci.jobs)
        .filter((name) => !after.has(name))
        .sort(),
    );
  });
  test('success and what a push skips is good; a failure and a cancelled job are not', () => {
    expect(verdict({ tests: { result: 'success' }, dependencies: { result: 'skipped' } })).toBe(0);
    expect(verdict({ tests: { result: 'failure' }, stack: { result: 'success' } })).not.toBe(0);
    expect(verdict({ tests: { result: 'success' }, stack: { result: 'cancelled' } })).not.toBe(0);
  });
});

describe('who is told', () => {
  const tells = workflows.filter(([, { jobs }]) => 'tell' in jobs);
  test('of deployments, rollbacks and nights', () =>
    expect(tells.map(([name]) => name).sort()).toEqual(['deploy.yml', 'nightly.yml', 'rollback.yml']));
  /** Whether a job with this condition runs when the first of those that it waits for has ended so, and the others well. */
  function runsAfter({ if: condition = 'success()', needs = [] }: Job, result: string): boolean {
    const results = [result, ...needs.slice(1).map(() => 'success')];
    const known = {
      results,
      always: () => true,
      success: () => results.every((one) => one === 'success'),
      failure: () => results.includes('failure'),
      // Of the run: a job that has run into its limit does not cancel it.
      cancelled: () => false,
      contains: (all: string[], one: string) => all.includes(one),
    };
    const expression = condition.replaceAll('needs.*.result', 'results').replace(/needs\.\w+\.result/, 'results[0]');
    return new Function(...Object.keys(known), `return ${expression}`)(...Object.values(known));
  }
  test.each(tells)('%s: of what has failed and of what ran into its limit, which is cancelled', (_name, { jobs }) => {
    const { tell, ...others } = jobs;
    expect(tell?.needs?.toSorted()).toEqual(Object.keys(others).sort());
    const told = ['success', 'failure', 'cancelled'].filter((result) => tell && runsAfter(tell, result));
    expect(told).toEqual(['failure', 'cancelled']);
  });
  test.each(tells)('%s: by a job that waits for nobody to approve it', (_name, { jobs }) => {
    expect(jobs['tell']).not.toHaveProperty('environment');
    expect(jobs['tell']?.steps.at(-1)?.run).toMatch(/^scripts\/notify /);
  });
});

describe('notify', () => {
  const notify = (text: string, webhook: string) =>
    run(join(root, 'scripts', 'notify'), [text], { env: { DISCORD_WEBHOOK: webhook } });
  test('the text arrives as one message that mentions nobody', async () => {
    const received = Promise.withResolvers<unknown>();
    await using server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => (body += part)).on('end', () => received.resolve(JSON.parse(body)));
      response.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await notify('it "failed" @everyone', `http://127.0.0.1:${port}/hook`)).toMatchObject({ code: 0 });
    expect(await received.promise).toEqual({ content: 'it "failed" @everyone', allowed_mentions: { parse: [] } });
  });
  test('without an address it says that nobody is told', async () =>
    expect(await notify('text', '')).toMatchObject({ code: 0, stderr: expect.stringContaining('nobody is told') }));
  test('an address where nobody listens is a failure, and is not shown', async () => {
    const { code, stderr } = await notify('text', 'http://127.0.0.1:1/secret-path');
    expect(code).not.toBe(0);
    expect(stderr).not.toContain('secret-path');
  });
});

test('actionlint and zizmor find nothing, where they are installed', () => {
  const { status, stderr, stdout } = spawnSync(join(root, 'scripts', 'check-workflows'), { encoding: 'utf8' });
  // Exit code 3: one of them is missing here; CI installs both.
  if (status === 3) {
    expect(stderr).toContain('is missing');
    console.warn(`The workflows were not checked: ${stderr.trim()}`);
  } else expect([status, stderr + stdout]).toEqual([0, expect.anything()]);
  expect(execFileSync(join(root, 'scripts', 'check-workflows'), ['--help'], { encoding: 'utf8' })).toContain(
    '--install',
  );
});
