#!/usr/bin/env node
// A treasure hunt on Socket.IO, as its documentation would have one build it.
// README.md says what was chosen and why.
import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { availableParallelism } from 'node:os'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { BOARD_MS, BOARD_SIZE, every, Hunt, options } from '../hunt.mjs'

const o = options()
// One processor is for Redis and the load generator. On a machine with two, a second
// worker was no faster and cost more processor time for a claim.
const workers = Math.max(1, availableParallelism() - 1)
if (cluster.isPrimary && workers > 1) primary()
else worker()

function primary() {
  let listening = 0
  let stopping = false
  cluster.on('listening', (_, address) => {
    if (++listening === workers) ready(address.port)
  })
  cluster.on('exit', (worker) => {
    if (!stopping) throw new Error(`worker ${worker.id} ended`)
  })
  for (let i = 0; i < workers; i++) cluster.fork()
  process.once('SIGTERM', () => {
    stopping = true
    for (const w of Object.values(cluster.workers)) w.kill('SIGTERM')
  })
}

function ready(port) {
  process.stdout.write(`play http://${o.host}:${port}\nstore redis\n`)
}

function worker() {
  const hunt = new Hunt(o, Redis)
  const room = `hunt:${hunt.id}`
  const http = createServer()
  // No long polling, so no sticky sessions.
  const io = new Server(http, { transports: ['websocket'], serveClient: false })
  let shown = null

  io.use(async (socket, next) => {
    const { token, hunt: wanted } = socket.handshake.auth
    if (wanted !== hunt.id) return next(new Error('unknown_hunt'))
    try {
      if (token) await hunt.enter(token)
      socket.data.player = token
      next()
    } catch (err) {
      next(err)
    }
  })
  // What the documentation gives for less memory per connection.
  io.engine.on('connection', (raw) => {
    raw.request = null
  })
  io.on('connection', async (socket) => {
    socket.on('claim', async (claim, answer) => {
      try {
        answer(await hunt.claim(socket.data.player, claim))
      } catch (err) {
        answer({ type: 'error', id: claim?.id, code: err.message })
      }
    })
    socket.join(room)
    socket.emit('joined', { type: 'joined', id: 'j', board: shown })
  })
  // Each worker reads the board for its own sockets: no adapter has to carry
  // it. Volatile, so that slow readers get fewer boards, not older ones.
  every(BOARD_MS, async () => {
    const board = await hunt.board()
    if (!board) return
    shown = { type: 'board', hunt: hunt.id, seq: board.seq, at: board.at, size: BOARD_SIZE, rows: board.rows }
    io.local.volatile.to(room).emit('board', shown)
  })
  process.once('SIGTERM', () => process.exit(0))
  http.listen(o.port, o.host, () => {
    if (cluster.isPrimary) ready(http.address().port)
  })
}
