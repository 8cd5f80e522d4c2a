// Says in a sentence why the Node that npm's scripts find cannot run this. Itself runs on any Node: on npm's own, as the
// one that is asked about may not start at all.
const { spawnSync } = require('node:child_process');

const wanted = 26;
const { stdout, stderr } = spawnSync('node', ['--version'], { encoding: 'utf8' });
const [, major] = /^v(\d+)/.exec(stdout || '') || [];

function reason() {
  if (/libatomic/.test(stderr || '')) {
    return (
      'Node needs the library libatomic, which this machine lacks: install it (Debian and Ubuntu: ' +
      'apt-get install libatomic1; Fedora: dnf install libatomic) and try again.'
    );
  }
  if (!major) return `Node does not start: ${(stderr || 'it is not in the PATH').trim()}`;
  return (
    `Shortstack needs Node ${wanted} or newer, and this is ${stdout.trim()}. On Linux, Intel macOS and Windows "npm ci" ` +
    `brings it along as an optional package; elsewhere install Node ${wanted} and try again.`
  );
}

if (!(Number(major) >= wanted)) {
  console.error(reason());
  process.exit(1);
}
