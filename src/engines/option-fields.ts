import { z } from 'zod'

/** Text that may not be empty; `what` is said of anything else. A password of digits is text too, wherever it comes from. */
export const text = (what: string) =>
  z
    .union([z.string(), z.number(), z.boolean()], { error: what })
    .transform(String)
    .refine((value) => value !== '', { error: what })

/** Who runs statements over HTTP, and whom to trust. */
export const HTTP_CREDENTIALS = {
  user: text('the name of a user').optional().describe('Who runs the statements; `cdp` by default.'),
  password: text('the password of the user')
    .optional()
    .describe('Of the user, over https only. A reference to the environment.'),
  token: text('a JSON web token')
    .optional()
    .describe(
      'A JSON web token in the place of a password, over https only. A reference to the environment.',
    ),
  ca: text('a file of certificates')
    .optional()
    .describe('A file of certificates (PEM) to trust besides those of the system.'),
}

/** Settings of the engine's own: names and values. */
export const settings = () =>
  z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' }),
    { error: 'a mapping' },
  )

export const port = () =>
  z.int({ error: 'a port number' }).min(1, { error: 'a port number' }).max(65_535, { error: 'a port number' })
