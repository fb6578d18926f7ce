import { Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

/** A file of the archive; its text is read while it is written. */
export interface ZipPart {
  readonly path: string
  readonly data: Iterable<string> | AsyncIterable<string>
}
/** Sizes follow the data; names are UTF-8. */
const FLAGS = 0x0808
const DEFLATED = 8
const VERSION = 20
/** 1980-01-01: a file that is made on demand has no age. */
const DOS_DAY = 0x21

/** A zip archive, part after part, of which no more than a chunk is in memory. */
export async function* zipped(parts: Iterable<ZipPart>): AsyncGenerator<Buffer> {
  const directory: Buffer[] = []
  let [offset, count] = [0, 0]
  for (const { data, path } of parts) {
    const name = Buffer.from(path)
    const header = Buffer.alloc(30)
    header.write('PK\x03\x04', 'latin1')
    common(header, 4)
    header.writeUInt16LE(name.length, 26)
    yield Buffer.concat([header, name])
    let [bytes, crc, packed] = [0, 0, 0]
    async function* measured() {
      for await (const text of data) {
        const chunk = Buffer.from(text)
        bytes += chunk.length
        crc = crc32(chunk, crc)
        yield chunk
      }
    }
    const source = Readable.from(measured(), { objectMode: false })
    const deflated = source.pipe(createDeflateRaw())
    source.on('error', (error) => deflated.destroy(error))
    try {
      for await (const chunk of deflated as AsyncIterable<Buffer>) {
        packed += chunk.length
        yield chunk
      }
    } finally {
      source.destroy()
    }
    const sizes = Buffer.alloc(12)
    sizes.writeUInt32LE(crc, 0)
    sizes.writeUInt32LE(packed, 4)
    sizes.writeUInt32LE(bytes, 8)
    yield Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), sizes])
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt16LE(VERSION, 4)
    common(entry, 6)
    sizes.copy(entry, 16)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(offset, 42)
    directory.push(entry, name)
    offset += header.length + name.length + packed + 16
    count++
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  yield Buffer.concat([entries, end])
}

function common(header: Buffer, at: number): void {
  header.writeUInt16LE(VERSION, at)
  header.writeUInt16LE(FLAGS, at + 2)
  header.writeUInt16LE(DEFLATED, at + 4)
  header.writeUInt16LE(0, at + 6)
  header.writeUInt16LE(DOS_DAY, at + 8)
}
