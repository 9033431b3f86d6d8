import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.js'
import { UsageError, WarehouseError } from '../diagnostics/errors.js'
import { readKeptState, tryToWrite } from '../inspect/target-health.js'
import { bytes, counted } from '../report/amounts.js'
import { shownMoment } from '../run/moments.js'
import { checkOwner } from '../state/owner.js'
import type { StateStore } from '../state/store.js'
import { type LoadedProject, openTarget } from './load-project.js'
import { VERSION } from './version.js'

/** One thing that was looked at. `about` decides the exit code where it failed. */
export interface Check {
  readonly name: string
  readonly about: 'cdp' | 'project' | 'warehouse'
  readonly ok: boolean
  readonly message: string
  readonly remedy?: string
}

export function toolCheck(): Check {
  const ok = Number(process.versions.node.split('.')[0]) >= 20
  return {
    name: 'cdp',
    about: 'cdp',
    ok,
    message: `${VERSION} on Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    ...(!ok && { remedy: 'cdp needs Node 20 or later.' }),
  }
}

export function missingProject([diagnostic]: readonly Diagnostic[]): Check {
  const remedy = diagnostic?.hint
  const message = diagnostic?.message ?? 'no project'
  return { name: 'project', about: 'project', ok: false, message, ...(remedy !== undefined && { remedy }) }
}

export function projectChecks({ folder, graph, diagnostics }: LoadedProject): readonly Check[] {
  const { name, target } = graph.project.settings
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const ok = errors === 0
  return [
    {
      name: 'project',
      about: 'project',
      ok,
      message: `${name} in ${folder}${ok ? '' : `: ${counted(errors, 'error')}`}`,
      ...(!ok && { remedy: '"cdp validate" shows them all.' }),
    },
    {
      name: 'target',
      about: 'project',
      ok: true,
      message: `${target.name}, ${target.type}, schemas ${target.schema} and ${target.internalSchema}`,
    },
  ]
}

/** Whether the target can be connected to at all: its own part of the project has no mistakes. */
export function isConnectable({ diagnostics }: LoadedProject): boolean {
  return !hasErrors(diagnostics.filter(({ span }) => span === undefined || span.file === 'profiles.yml'))
}

/** Driver, folder, database, connection, state and schemas, each after the one that it needs. */
export async function warehouseChecks(loaded: LoadedProject): Promise<readonly Check[]> {
  const { engine, graph, folder } = loaded
  const { target } = graph.project.settings
  const driver = await check('engine', async () => `${target.type} ${await engine.version()}`, DRIVER)
  const output = await check('target folder', async () => writableFolder(join(folder, 'target')))
  const database = await databaseCheck(loaded)
  const before = [driver, output, database]
  const { file, exists } = engine.place(target.options, folder)
  if (!driver.ok || !database.ok || (file !== undefined && !exists)) return before
  return [...before, ...(await connectedChecks(loaded))]
}

/** Of a file its size, and whether it could be made; of a server where it is said to be. */
function databaseCheck({ engine, graph, folder }: LoadedProject): Promise<Check> {
  return check('database', async () => {
    const { place, file, exists } = engine.place(graph.project.settings.target.options, folder)
    if (file === undefined) return place
    if (exists) return `${file}, ${bytes(statSync(file).size)}`
    writableFolder(dirname(file))
    return `${file}, not there yet: the first run makes it`
  })
}

const DRIVER =
  'Install again ("npm ci"), on the same system and with the same Node as you run: the driver is a binary of its own.'

async function connectedChecks(loaded: LoadedProject): Promise<readonly Check[]> {
  const { schema: publicSchema, internalSchema, createSchema } = loaded.graph.project.settings.target
  const begin = performance.now()
  const opened = await attempt('connection', () => openTarget(loaded))
  if ('check' in opened) return [opened.check]
  const connection = opened.value
  const took = Math.round(performance.now() - begin)
  try {
    const store: StateStore = { connection, dialect: loaded.engine.dialect, publicSchema, internalSchema }
    return [
      {
        name: 'connection',
        about: 'warehouse',
        ok: true,
        message: `${connection.engine} opens in ${took} ms`,
      },
      ...(await stateChecks(store, loaded.graph.project.settings.name)),
      await schemaCheck(store, publicSchema, createSchema),
      await schemaCheck(store, internalSchema, createSchema),
    ]
  } finally {
    await connection.close()
  }
}

async function stateChecks(store: StateStore, name: string): Promise<readonly Check[]> {
  const read = await attempt('state', () => readKeptState(store))
  if ('check' in read) return [read.check]
  const { version, cdpVersion, known, project, lastRun } = read.value
  if (version === undefined)
    return [{ name: 'state', about: 'warehouse', ok: true, message: 'none yet: the first run makes it' }]
  const ok = version <= known
  const message = `version ${version} of cdp ${cdpVersion}; this cdp knows ${known}`
  const remedy = `Use cdp ${cdpVersion} or later, or another schema.`
  const state: Check = { name: 'state', about: 'warehouse', ok, message, ...(!ok && { remedy }) }
  const owner = await attempt('owner', async () => checkOwner(store, project, name))
  const ran = lastRun
    ? `${lastRun.runId}, as of ${shownMoment(lastRun.asOf)}, published ${shownMoment(lastRun.finishedAt)}`
    : 'none was published yet'
  return [
    state,
    ...('check' in owner ? [owner.check] : []),
    ...(ok ? [{ name: 'last run', about: 'warehouse', ok: true, message: ran } as const] : []),
  ]
}

function schemaCheck(store: StateStore, schema: string, createSchema: boolean): Promise<Check> {
  return check(`schema ${schema}`, async () => {
    await tryToWrite(store, schema, createSchema)
    return 'can be written'
  })
}

/** The nearest folder that exists must take new files. */
function writableFolder(folder: string): string {
  let nearest = folder
  while (!existsSync(nearest)) nearest = dirname(nearest)
  const remedy = 'Make it a folder that you may write.'
  if (!statSync(nearest).isDirectory()) throw new WarehouseError(`${nearest} is a file`, remedy)
  try {
    accessSync(nearest, constants.W_OK)
  } catch {
    throw new WarehouseError(`${nearest} cannot be written`, remedy)
  }
  return `${folder} can be written`
}

async function check(name: string, work: () => Promise<string>, remedy?: string): Promise<Check> {
  const done = await attempt(name, work, remedy)
  return 'check' in done ? done.check : { name, about: 'warehouse', ok: true, message: done.value }
}

type Attempt<T> = { readonly value: T } | { readonly check: Check }

async function attempt<T>(name: string, work: () => Promise<T>, otherwise?: string): Promise<Attempt<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    const known = error instanceof WarehouseError || error instanceof UsageError
    if (!known && otherwise === undefined) throw error
    const message = (error as Error).message.split('\n')[0] ?? ''
    const remedy = (known ? error.remedy : undefined) ?? otherwise
    return {
      check: { name, about: 'warehouse', ok: false, message, ...(remedy !== undefined && { remedy }) },
    }
  }
}
