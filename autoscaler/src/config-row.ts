import type { z } from 'zod';

/** One row of the environment table: the setting's real name, what it may be, its default and what it means. */
export type Setting<S extends z.ZodType> = {
  name: string;
  schema: S;
  fallback: string;
  meaning: string;
  unit: string;
};

/** A row; its name in the environment begins with AUTOSCALER_. */
export const setting = <S extends z.ZodType>(
  name: string,
  schema: S,
  fallback: string,
  meaning: string,
  unit = '',
): Setting<S> => ({ name: `AUTOSCALER_${name}`, schema, fallback, meaning, unit });
