/** Whether a file of the migrations' folder is one, and not what is run ahead of it (`NAME.ahead.sql`). */
export const isMigration = (name: string): boolean => /^\w+\.sql$/.test(name);
