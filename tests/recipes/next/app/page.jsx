import Link from "next/link";
import { Colour } from "./colour";

export default function Page() {
  return <main><h1>{__RELEASE__}</h1><Colour /><Link href="/about" prefetch={false}>About</Link></main>;
}
