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
if (cluster.isPrimary) primary()
else await worker()

function primary() {
  const workers = availableParallelism()
  let listening = 0
  let stopping = false
  cluster.on('listening', (_, address) => {
    if (++listening === workers) process.stdout.write(`play http://${o.host}:${address.port}\nstore redis\n`)
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

async function worker() {
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
  http.listen(o.port, o.host)
}
