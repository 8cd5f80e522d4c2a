import { describe, expect, test } from '@jest/globals';
import { parseDeployOptions } from '../../src/deploy/options.ts';

const env = { DEPLOY_HOST: 'deploy@example.com' };
const digest = `sha256:${'a'.repeat(64)}`;
const parse = (...argv: string[]) => parseDeployOptions(argv, env);

describe('what is to be deployed', () => {
  test('without a word: the commit that is checked out, built here', () =>
    expect(parse()).toMatchObject({ ref: 'HEAD', registry: undefined }));
  test('another commit', () => expect(parse('v1.2')).toMatchObject({ ref: 'v1.2', registry: undefined }));
  test('images of a registry, by their tag', () =>
    expect(parse('--registry', 'ghcr.io/me/it', '--tag', 'abc')).toMatchObject({
      registry: { prefix: 'ghcr.io/me/it', tag: 'abc' },
    }));
  test("the service's image by its digest; the others are beside it, by the commit", () => {
    const app = `registry.example.com:5000/me/it/app@${digest}`;
    expect(parse(app)).toMatchObject({ ref: 'HEAD', registry: { prefix: 'registry.example.com:5000/me/it', app } });
    expect(parse(app, 'v1.2')).toMatchObject({ ref: 'v1.2' });
  });
  test.each([
    ['two commits', ['a', 'b']],
    ['a registry without a tag', ['--registry', 'ghcr.io/me']],
    ['a digest and a registry', ['--registry', 'ghcr.io/me', '--tag', 'a', `ghcr.io/me/app@${digest}`]],
    ['an option that there is not', ['--force']],
  ])('%s: refused, with how it is used', (_what, argv) =>
    expect(() => parse(...argv)).toThrow('usage: scripts/deploy'),
  );
});
