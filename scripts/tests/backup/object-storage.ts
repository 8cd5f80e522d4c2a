import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

export type ObjectStorage = AsyncDisposable & {
  port: number;
  /** Trust this to trust the storage, as `localhost`. */
  certificate: string;
  objects: Map<string, Buffer>;
  /** Answers that were refused for their signature. */
  refused: number;
};

type Account = { key: string; secret: string };
type Asked = { method: string; path: string; query: URLSearchParams; body: Buffer; range: string | undefined };

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** Signature Version 4: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned(
  { method, path, query, body }: Asked,
  headers: IncomingMessage['headers'],
  account: Account,
): boolean {
  const [, key, day, region, signed = '', signature] =
    /Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request,SignedHeaders=([^,]+),Signature=(\w+)/.exec(
      headers.authorization?.replaceAll(', ', ',') ?? '',
    ) ?? [];
  if (key !== account.key || headers['x-amz-content-sha256'] !== sha256(body)) return false;
  const canonical = [
    method,
    path.split('/').map(encoded).join('/'),
    [...query]
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .toSorted()
      .join('&'),
    ...signed.split(';').map((name) => `${name}:${headers[name]}`),
    '',
    signed,
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const signing = [`${region}`, 's3', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${account.secret}`, `${day}`));
  return hmac(signing, text).toString('hex') === signature;
}

const xml = (text: string): string => `<?xml version="1.0" encoding="UTF-8"?>${text}`;
const etag = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;

const storedAt = new Date(0).toUTCString();

/** All at once: a page of a thousand is more than these tests have. */
function listed(objects: ObjectStorage['objects'], query: URLSearchParams): string {
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter')];
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix)).toSorted();
  const rest = (name: string) => name.slice(prefix.length);
  const isBelow = (name: string) => delimiter !== null && rest(name).includes(delimiter);
  const folders = new Set(names.filter(isBelow).map((name) => `${prefix}${rest(name).split(`${delimiter}`)[0]}/`));
  const contents = names
    .filter((name) => !isBelow(name))
    .map(
      (name) =>
        `<Contents><Key>${name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>${objects.get(name)?.length}</Size></Contents>`,
    );
  const common = [...folders].map((name) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`);
  return xml(
    `<ListBucketResult><IsTruncated>false</IsTruncated>${[...contents, ...common].join('')}</ListBucketResult>`,
  );
}

/** Large files come in parts. */
function createParts(objects: ObjectStorage['objects']) {
  const uploads = new Map<string, Map<number, Buffer>>();
  return {
    begin(): string {
      const id = `upload-${uploads.size}`;
      uploads.set(id, new Map());
      return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    },
    put: (id: string, number: number, body: Buffer) => void uploads.get(id)?.set(number, body),
    end(id: string, name: string): string {
      const parts = [...(uploads.get(id) ?? [])].toSorted(([one], [other]) => one - other);
      objects.set(name, Buffer.concat(parts.map(([, body]) => body)));
      return xml(
        `<CompleteMultipartUploadResult><ETag>${etag(objects.get(name) ?? Buffer.of())}</ETag></CompleteMultipartUploadResult>`,
      );
    },
  };
}

type Reply = { status: number; body?: string | Buffer; headers?: Record<string, string> };

function createBucket(bucket: string, objects: ObjectStorage['objects']): (asked: Asked) => Reply {
  const parts = createParts(objects);
  const posted = ({ path, query, body }: Asked): Reply => {
    const upload = query.get('uploadId');
    if (query.has('uploads')) return { status: 200, body: parts.begin() };
    if (upload !== null) return { status: 200, body: parts.end(upload, nameOf(path)) };
    for (const [, name = ''] of body.toString().matchAll(/<Key>([^<]+)<\/Key>/g)) objects.delete(name);
    return { status: 200, body: xml('<DeleteResult></DeleteResult>') };
  };
  const nameOf = (path: string) => path.slice(`/${bucket}/`.length);
  const stored = ({ path, query, body }: Asked): Reply => {
    const upload = query.get('uploadId');
    if (upload === null) objects.set(nameOf(path), body);
    else parts.put(upload, Number(query.get('partNumber')), body);
    return { status: 200, headers: { ETag: etag(body) } };
  };
  const read = ({ path, query, range }: Asked): Reply => {
    if (query.get('list-type') === '2') return { status: 200, body: listed(objects, query) };
    const found = objects.get(nameOf(path));
    if (!found) return { status: 404, body: xml('<Error><Code>NoSuchKey</Code></Error>') };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const body = from === undefined ? found : found.subarray(Number(from), to ? Number(to) + 1 : undefined);
    return { status: from === undefined ? 200 : 206, body, headers: { 'Last-Modified': storedAt } };
  };
  const removed = ({ path }: Asked): Reply => {
    objects.delete(nameOf(path));
    return { status: 204 };
  };
  return (asked) => {
    if (asked.method === 'POST') return posted(asked);
    if (asked.method === 'DELETE') return removed(asked);
    return asked.method === 'PUT' ? stored(asked) : read(asked);
  };
}

function makeCertificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'storage.key'), join(folder, 'storage.pem')];
  const how = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const whose = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', ...how, ...whose, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key, cert };
}

/**
 * As much of S3 as pgBackRest asks for: a bucket by path, over TLS, in memory. Refuses (403) whoever has not signed with
 * the account's secret.
 */
export async function startObjectStorage(folder: string, bucket: string, account: Account): Promise<ObjectStorage> {
  const { key, cert } = makeCertificate(folder);
  const objects: ObjectStorage['objects'] = new Map();
  const reply = createBucket(bucket, objects);
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
  const storage = { certificate: cert, objects, refused: 0 };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost');
    const asked = {
      method: request.method ?? '',
      path: decodeURIComponent(pathname),
      query: searchParams,
      body: await buffer(request),
      range: request.headers.range,
    };
    const good = isSigned(asked, request.headers, account);
    if (!good) storage.refused++;
    const { status, body, headers } = good
      ? reply(asked)
      : { status: 403, body: xml('<Error><Code>SignatureDoesNotMatch</Code></Error>'), headers: {} };
    response
      .writeHead(status, { 'Content-Length': Buffer.byteLength(body ?? ''), ...headers })
      .end(request.method === 'HEAD' ? undefined : body);
  };
  server.on('request', (request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(storage, {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
