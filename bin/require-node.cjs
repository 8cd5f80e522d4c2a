// Runs on any Node, so that an old one gets a sentence instead of a syntax error.
const wanted = 26;
const [major] = process.versions.node.split('.').map(Number);
if (major < wanted) {
  console.error(
    `Shortstack needs Node ${wanted} or newer, and this is ${process.version}. ` +
      `On Linux, Intel macOS and Windows "npm ci" brings it along as an optional package; ` +
      `elsewhere install Node ${wanted} and try again.`,
  );
  process.exit(1);
}
