import QRCode from 'qrcode';
import { z } from 'zod';

const size = z
  .string()
  .regex(/^[0-9]{1,5}$/, 'a whole number from 64 to 1024')
  .transform(Number)
  .refine((value) => value >= 64 && value <= 1_024, 'a whole number from 64 to 1024');

/** Query of the QR code: `size` is the side in pixels. */
export const qrQuery = z.object({
  format: z.enum(['svg', 'png'], 'svg or png').default('svg'),
  size: size.default(256).meta({ override: { type: 'integer', minimum: 64, maximum: 1024, default: 256 } }),
});

export type QrQuery = z.output<typeof qrQuery>;

/** A QR code of a text, with the quiet zone that readers need. */
export async function drawQr(
  text: string,
  { format, size: width }: QrQuery,
): Promise<{ type: string; body: string | Buffer }> {
  const options = { width, margin: 4, errorCorrectionLevel: 'M' } as const;
  if (format === 'png') return { type: 'image/png', body: await QRCode.toBuffer(text, { ...options, type: 'png' }) };
  return { type: 'image/svg+xml', body: await QRCode.toString(text, { ...options, type: 'svg' }) };
}
