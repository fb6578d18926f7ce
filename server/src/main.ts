import { type Config, readConfig } from './config.ts'
import { explained } from './folder.ts'
import { serve } from './serve.ts'

// What we write holds customers and secrets: nobody else on this machine reads it.
process.umask(0o077)

let config: Config | undefined
try {
  config = readConfig(process.env, process.cwd())
  const starting = serve(config, (line) => console.log(line))
  // Asked to stop while still starting, it starts first: a half-open database is nothing to leave behind.
  const stop = () => void starting.then((server) => server.stop()).then(() => process.exit(0), failed)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
  // The launcher was killed: nobody is left to pass signals on.
  process.on('disconnect', stop)
  await starting
} catch (error) {
  await failed(error)
}

async function failed(error: unknown): Promise<void> {
  console.error(await explained(error, config))
  process.exit(1)
}
