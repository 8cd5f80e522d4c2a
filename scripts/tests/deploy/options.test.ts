import { describe, expect, test } from '@jest/globals';
import { parseDeployOptions } from '../../src/deploy/options.ts';

const env = { DEPLOY_HOST: 'deploy@example.com' };
const digest = `sha256:${'a'.repeat(64)}`;
const parse = (...argv: string[]) => parseDeployOptions(argv, env);

describe('what is to be deployed', () => {
  test('without a word: the commit that is checked out, built here', () =>
    expect(parse()).toMatchObject({ ref: 'HEAD', registry: undefined }));
  test('another commit', () => expect(parse('v1.2')).toMatchObject({ ref: 'v1.2', registry: undefined }));
  test("the service's image by its digest; the others are beside it, by the commit", () => {
    const app = `registry.example.com:5000/me/it/app@${digest}`;
    expect(parse(app)).toMatchObject({
      ref: 'HEAD',
      registry: { prefix: 'registry.example.com:5000/me/it', pinned: { app } },
    });
    expect(parse(app, 'v1.2')).toMatchObject({ ref: 'v1.2' });
  });
  test('every image by its digest, in whatever order', () => {
    const [app, database] = [`r.example/me/app@${digest}`, `r.example/me/database@${digest}`];
    expect(parse(database, 'v1.2', app)).toMatchObject({ ref: 'v1.2', registry: { pinned: { app, database } } });
  });
  test.each([
    ['two commits', ['a', 'b']],
    ['an image that is none of ours', [`r.example/me/app@${digest}`, `r.example/me/nginx@${digest}`]],
    ['images of two places', [`r.example/me/app@${digest}`, `r.example/you/tools@${digest}`]],
    ['one image twice', [`r.example/me/app@${digest}`, `r.example/me/app@sha256:${'b'.repeat(64)}`]],
    ['digests without that of the service', [`r.example/me/tools@${digest}`]],
    ['an option that there is not', ['--force']],
  ])('%s: refused, with how it is used', (_what, argv) =>
    expect(() => parse(...argv)).toThrow('usage: scripts/deploy'),
  );
});
