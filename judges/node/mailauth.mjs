// Asks mailauth whether messages are authentic. The DNS is the records that are given, and nothing else.
import { authenticate } from "mailauth";
import { answer } from "./io.mjs";

function resolver(records) {
  return async (name, type) => {
    const text = type === "TXT" ? records[name.toLowerCase()] : undefined;
    if (text === undefined) {
      throw Object.assign(new Error(`${type} ${name} is not there`), { code: "ENOTFOUND" });
    }
    return [[text]];
  };
}

async function ask({ raw, sender, records }) {
  const found = await authenticate(Buffer.from(raw, "base64"), {
    ip: "127.0.0.1",
    helo: "mail.example",
    mta: "mx.reader.example",
    sender,
    resolver: resolver(records),
    minBitLength: 2048,
    disableArc: true,
    disableBimi: true,
  });
  return {
    dkim: found.dkim.results.map((each) => ({
      result: each.status.result,
      comment: each.status.comment ?? "",
      aligned: each.status.aligned ?? "",
      domain: each.signingDomain,
      algorithm: each.algo ?? "",
      signed: each.signingHeaders?.keys ?? "",
    })),
    spf: found.spf?.status?.result ?? "none",
    dmarc: found.dmarc?.status?.result ?? "none",
  };
}

await answer(async (messages) => {
  const found = [];
  for (const message of messages) found.push(await ask(message));
  return found;
});
