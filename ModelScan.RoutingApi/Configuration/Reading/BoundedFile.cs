using System.Text;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads files that somebody may replace by anything while the gateway runs: by a device that never ends, by a pipe that never begins.</summary>
internal static class BoundedFile
{
    /// <summary>Reads a text of at most <paramref name="maxBytes"/>; empty for what is no regular file.</summary>
    /// <exception cref="IOException">It cannot be read, or is larger.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadText(string path, int maxBytes)
    {
        // Devices and pipes have no length. They are not opened: opening a pipe waits for its writer.
        if (LengthOf(path) == 0)
            return "";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var text = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            if (text.Length + read > maxBytes)
                throw new IOException($"it is larger than {maxBytes} bytes");
            text.Write(buffer, 0, read);
        }

        text.Position = 0;
        using var reader = new StreamReader(text, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    // A link counts as what it leads to.
    private static long LengthOf(string path) => new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length;
}
