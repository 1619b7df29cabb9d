import { readHitPage } from '@lucid/clients/elasticsearch/hits';
import { AppError } from '@lucid/core/app-error';
import { DocumentDigest } from './document-digest.ts';
import { documentLines } from './document-lines.ts';
import { wholeDocuments } from './restore-bulk.ts';

const HITS = [
  '{"_index":"i","_id":"a\\"\\u0001","_version":7459873459873459871,"_score":null,"_routing":"r","_source":{"n":9007199254740993},"sort":[1]}',
  '{"_index":"i","_id":"b","_version":1,"_source":{\n "hits" : [{"_id":"x"}],\r\n "s":"\\n}"},"sort":[4294967297]}',
];

function page(hits: readonly string[]) {
  const text =
    `{"pit_id":"p==","took":1,"timed_out":false,"_shards":{"total":1,"failed":0},` +
    `"hits":{"total":{"value":2,"relation":"eq"},"max_score":null,"hits":[${hits.join(',')}]}}`;
  return readHitPage(Buffer.from(text));
}

describe('documents as lines', () => {
  it('are what a bulk request takes, each value as it was', () => {
    const read = page(HITS);
    expect(read).toMatchObject({ pitId: 'p==', timedOut: false, failedShards: 0, total: 2, lastSort: '[4294967297]' });
    expect(documentLines(read, new DocumentDigest()).toString().split('\n')).toEqual([
      '{"index":{"_id":"a\\"\\u0001","routing":"r","version":7459873459873459871,"version_type":"external_gte"}}',
      '{"n":9007199254740993}',
      '{"index":{"_id":"b","version":1,"version_type":"external_gte"}}',
      '{  "hits" : [{"_id":"x"}],\r  "s":"\\n}"}',
      '',
    ]);
  });

  it('have a digest that no order changes, but every document does', () => {
    const digestOf = (...pages: string[][]): string => {
      const digest = new DocumentDigest();
      for (const hits of pages) documentLines(page(hits), digest);
      return digest.toString();
    };
    const [first, second] = HITS as [string, string];
    expect(digestOf([first, second])).toBe(digestOf([second], [first]));
    expect(digestOf([first])).not.toBe(digestOf([second]));
    expect(digestOf([first, first])).not.toBe(digestOf([]));
    const merged = new DocumentDigest();
    for (const hit of HITS) {
      const part = new DocumentDigest();
      documentLines(page([hit]), part);
      merged.merge(part);
    }
    expect(merged.toString()).toBe(digestOf([first, second]));
  });

  it('are cut for bulk requests at whole documents, however they arrive', async () => {
    const lines = Buffer.from(
      Array.from({ length: 50 }, (_, n) => `{"index":${n}}\n{"s":"${'x'.repeat(n * 3)}"}\n`).join(''),
    );
    for (const step of [1, 7, 100, 5_000]) {
      const parts: Buffer[] = [];
      const arriving = async function* () {
        for (let at = 0; at < lines.length; at += step) yield lines.subarray(at, at + step);
      };
      for await (const part of wholeDocuments(arriving(), 200)) parts.push(part);
      expect(Buffer.concat(parts)).toEqual(lines);
      expect(parts.length).toBeGreaterThan(10);
      for (const part of parts) {
        const text = part.toString();
        expect(text.startsWith('{"index":')).toBe(true);
        expect(text.split('\n').length % 2).toBe(1);
        expect(text.endsWith('\n')).toBe(true);
      }
    }
  });

  it('that end inside one are damaged', async () => {
    for (const text of ['{"index":1}\n', '{"index":1}\n{"a":1}', '{']) {
      const read = async () => {
        for await (const part of wholeDocuments(arrive(text))) void part;
      };
      await expect(read()).rejects.toBeInstanceOf(AppError);
    }
    for await (const part of wholeDocuments(arrive('')))
      throw new Error(`there is nothing, but ${part.length} bytes came`);
  });
});

async function* arrive(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
