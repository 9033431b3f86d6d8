// Opens the database named as argument, says so, and holds it until it is killed.
import { DuckDBInstance } from '@duckdb/node-api'

const instance = await DuckDBInstance.create(process.argv[2])
console.log('open')
setTimeout(() => instance.closeSync(), 60_000)
