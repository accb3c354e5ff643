"use client";
import { useState } from "react";
import { api } from "../../release.js";

export function Colour() {
  const [colour, setColour] = useState("Call the API");
  const call = async () => setColour(await (await api("/api/colour")).text());
  return <button id="api" onClick={call}>{colour}</button>;
}
