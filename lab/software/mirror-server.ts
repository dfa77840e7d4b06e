/** A separate process that serves a directory by HTTP. Arguments: directory, address, port. */
import { createFileServer } from './file-server.ts'

const [dir = '', address = '', port = ''] = process.argv.slice(2)
createFileServer(dir).listen(Number(port), address)
