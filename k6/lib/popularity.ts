/** How requests spread over links, the most popular first. */
export type Popularity =
  /** All alike. */
  | { kind: 'even' }
  /** So many links get this share, the others the rest. */
  | { kind: 'hot'; hot: number; share: number }
  /** The link of rank k gets a share proportional to 1/k. */
  | { kind: 'zipf' };

const within = (u: number, count: number): number => Math.min(Math.floor(u * count), count - 1);

/** The link, 0 … `links` − 1, that a draw in [0, 1) stands for. */
export function pickLink(popularity: Popularity, links: number, u: number): number {
  if (popularity.kind === 'even') return within(u, links);
  // The harmonic sum up to k is ln(k + 1) but for a constant: turned round, that draws by Zipf's law without a table.
  if (popularity.kind === 'zipf') return Math.min(Math.floor((links + 1) ** u) - 1, links - 1);
  const { hot, share } = popularity;
  if (u < share) return within(u / share, hot);
  return hot + within((u - share) / (1 - share), links - hot);
}
