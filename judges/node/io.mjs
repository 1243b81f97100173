// What all of these scripts share: JSON comes in on stdin and goes out on stdout.

export async function given() {
  const pieces = [];
  for await (const piece of process.stdin) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString("utf8"));
}

export async function answer(judge) {
  const answers = await judge(await given());
  process.stdout.write(JSON.stringify(answers));
}
