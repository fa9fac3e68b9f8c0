"""MusicXML as pages: pictures for a chat, and a PDF to print."""
