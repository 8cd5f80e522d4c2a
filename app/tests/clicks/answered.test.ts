import { expect, test } from '@jest/globals';
import { missingClicks, readAnswered } from '../../src/clicks/answered.ts';

const metrics = `# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.1",method="GET",route="/:code",status="302"} 100
http_request_duration_seconds_count{method="GET",route="/:code",status="302"} 100
http_request_duration_seconds_count{method="HEAD",route="/:code",status="302"} 7
http_request_duration_seconds_count{method="GET",route="/:code",status="404"} 5
http_request_duration_seconds_count{method="GET",route="/:code",status="304"} 5
http_request_duration_seconds_count{method="GET",route="/urls/:code/redirect",status="301"} 10
http_request_duration_seconds_count{method="GET",route="/:code/qr",status="302"} 3
clicks_appended_total{way="queue"} 90
clicks_appended_total{way="postgres"} 12
clicks_buffered 4
clicks_dropped_total 1
click_maker_info{maker="a0b1c2"} 1
process_start_time_seconds 1780000000.5
`;

test('redirects are the answers to GET that lead somewhere by a code; clicks are summed over the ways', () => {
  const answered = readAnswered(metrics);
  const since = 1_780_000_000_500;
  expect(answered).toEqual({ redirects: 110, recorded: 102, buffered: 4, dropped: 1, maker: 'a0b1c2', since });
  expect(missingClicks(answered)).toBe(3);
});

test('a text that is no metrics says nothing', () => {
  expect(readAnswered('<html>')).toEqual({ redirects: 0, recorded: 0, buffered: 0, dropped: 0, since: 0 });
});
