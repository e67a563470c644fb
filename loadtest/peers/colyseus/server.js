#!/usr/bin/env node
// A treasure hunt on Colyseus, as its documentation would have one build it.
// README.md says what was chosen and why.
import { Room, Server } from '@colyseus/core'
import { schema } from '@colyseus/schema'
import { WebSocketTransport } from '@colyseus/ws-transport'
import { Redis } from 'ioredis'
import { BOARD_MS, every, Hunt, options } from '../hunt.mjs'

const o = options()
const hunt = new Hunt(o, Redis)

// The library sends what changed of the state; the rank is the place in rows.
const Row = schema({ entrant: 'string', name: 'string', points: 'uint32' })
const Board = schema({ at: 'float64', seq: 'uint32', rows: { type: [Row], default: [] } })

class HuntRoom extends Room {
  autoDispose = false
  state = new Board()

  static async onAuth(token) {
    if (token) await hunt.enter(token)
    return { player: token }
  }

  onCreate() {
    // Patches go out when the board was read, not on a beat of their own: a
    // board is as young as it can be.
    this.setPatchRate(null)
    this.onMessage('claim', async (client, claim) => {
      try {
        client.send('verdict', await hunt.claim(client.auth.player, claim))
      } catch (err) {
        client.send('error', { type: 'error', id: claim?.id, code: err.message })
      }
    })
    every(BOARD_MS, () => this.show())
  }

  async show() {
    const board = await hunt.board()
    if (!board) return
    const { state } = this
    state.at = board.at
    state.seq = board.seq
    board.rows.forEach(({ entrant, name, points }, i) => {
      if (i < state.rows.length) Object.assign(state.rows[i], { entrant, name, points })
      else state.rows.push(new Row().assign({ entrant, name, points }))
    })
    this.broadcastPatch()
  }
}

const server = new Server({ transport: new WebSocketTransport(), greet: false })
server.define('hunt', HuntRoom).filterBy(['hunt'])
await server.listen(o.port, o.host)
process.stdout.write(`play http://${o.host}:${server.transport.server.address().port}\nstore redis\n`)
