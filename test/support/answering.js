// A fetch that answers from memory, for what a real server would not say.

/** Answers one call after the other with the given bodies (strings) or Responses, and keeps what was asked. */
export function answering(...answers) {
  const server = { urls: [], bodies: [], inits: [] };
  server.fetch = async (url, init) => {
    const answer = answers[server.urls.length];
    server.urls.push(url);
    server.bodies.push(init.body);
    server.inits.push(init);
    if (answer === undefined) throw new Error('no further call was expected');
    return answer instanceof Response ? answer : new Response(answer);
  };
  return server;
}
