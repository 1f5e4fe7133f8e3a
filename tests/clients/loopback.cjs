// Lets node reach this machine only, as tests/conftest.py does for Python: `node --require` this.
"use strict";
const net = require("node:net");

const near = new Set(["127.0.0.1", "::1", "localhost"]);
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  const host = typeof options === "object" ? options.host : given[1];
  if (host && !near.has(host)) {
    throw new Error(`a test wants to reach ${host}`);
  }
  return connect.apply(this, given);
};
