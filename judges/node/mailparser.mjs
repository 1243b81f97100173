// Reads messages as a mail program built on mailparser does. Gets and gives a list, in the same order.
import { simpleParser } from "mailparser";
import { answer } from "./io.mjs";

const header = (mail, name) => mail.headers.get(name) ?? null;
const mailboxes = (field) => field?.value ?? [];

async function read(raw) {
  const mail = await simpleParser(Buffer.from(raw, "base64"), { skipTextToHtml: true, skipImageLinks: true });
  return {
    list: header(mail, "list") ?? {},
    subject: mail.subject ?? "",
    from: mailboxes(mail.from),
    to: mailboxes(mail.to),
    names: [...mail.headers.keys()],
    feedback_id: header(mail, "feedback-id"),
    precedence: header(mail, "precedence"),
    auto_submitted: header(mail, "auto-submitted"),
  };
}

await answer(async (messages) => {
  const found = [];
  for (const raw of messages) found.push(await read(raw));
  return found;
});
