import { run } from './cli/run.ts'

// Backups, databases and passwords: nobody else on this machine reads what we write.
process.umask(0o077)
const code = await run(process.argv.slice(2))
if (code !== undefined) process.exitCode = code
