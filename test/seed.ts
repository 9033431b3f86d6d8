import fc from 'fast-check'

/**
 * Properties draw other cases on every run, and say the seed when they fail: `SEED=… npx vitest run <file>` draws the same
 * again. In CI they draw the same cases every time, so that what is red there is what was changed.
 */
const given = process.env.SEED ?? (process.env.CI ? '20261101' : undefined)
if (given !== undefined) fc.configureGlobal({ seed: Number(given) })
