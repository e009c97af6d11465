// The HTTP/2 frames that an attack needs. A client library would not send them: it waits for the server's settings.

/** The first bytes of an HTTP/2 client. An HTTP/1.1 server parses them as a request. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const types = { headers: 1, settings: 4 };

/** Returns a frame of a stream with a payload. */
export function frame(type, stream, payload, flags = 0) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(types[type], 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Returns the frame that is the whole request `GET /`. */
export function headersFrame(stream, authority) {
  const endOfStreamAndHeaders = 0x5;
  // Entries of HPACK's static table: GET, https, the path /, and :authority with a literal value.
  const fields = Buffer.concat([Buffer.from([0x82, 0x87, 0x84, 0x41, authority.length]), Buffer.from(authority)]);
  return frame('headers', stream, fields, endOfStreamAndHeaders);
}
