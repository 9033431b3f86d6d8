#!/usr/bin/env node
import { cli } from './cli.js'
import { processTerminal } from './process-terminal.js'

process.exitCode = await cli(process.argv.slice(2), processTerminal())
