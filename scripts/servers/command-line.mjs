/** Runs the command that was named, one of `commands`; says how they are used where there is none of the name, or on --help. */
export async function runCommand(commands, { values, positionals }, usage) {
  const command = commands[positionals[0]]
  if (!command || values.help) {
    console.log(usage)
    process.exitCode = values.help ? 0 : 2
    return
  }
  await command().catch((error) => {
    console.error(`error: ${error.message}`)
    process.exitCode = 1
  })
}
