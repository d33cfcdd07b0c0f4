using System.Text;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;

namespace ModelScan.RoutingApi.Governance.Keys;

/// <summary>
/// The file of keys that <c>modelscan key</c> and <c>/admin/keys</c> write: one key a line, as JSON, which is YAML, too. It is replaced whole, so that no reader sees half of it, and
/// one writer at a time changes it. Gateways notice within a second.
/// </summary>
internal sealed class KeyFile(string path, GovernanceConfig governance)
{
    private const int LockTries = 50;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Changes the keys.</summary>
    /// <param name="change">Makes the new list out of the old one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidConfigException">The file is there and cannot be read as one of keys, or would not be one.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public async Task ChangeAsync(Func<IReadOnlyList<GatewayKeyConfig>, IReadOnlyList<GatewayKeyConfig>> change, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var held = await LockAsync(time, cancellationToken);
        var text = Write(change(Read(KeysFileReader.ReadText(path))));
        Read(text);
        var temporary = $"{path}.{Environment.ProcessId}.new";
        try
        {
            await using (var file = new FileStream(temporary, Options()))
                await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static string Write(IReadOnlyList<GatewayKeyConfig> keys)
    {
        var text = new StringBuilder("# Written by 'modelscan key' and /admin/keys: the hashes of keys, never the keys.\nkeys:\n");
        if (keys.Count == 0)
            text.Replace("keys:\n", "keys: []\n");
        foreach (var key in keys)
            text.Append("  - ").Append(Write(key)).Append('\n');
        return text.ToString();
    }

    /// <summary>A key as configurations hold it.</summary>
    public static string Write(GatewayKeyConfig key)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("id", key.Id);
            writer.WriteString("hash", $"sha256:{key.Hash}");
            WriteList(writer, "models", key.Models);
            if (key.Tags.Count > 0)
            {
                writer.WriteStartObject("tags");
                foreach (var (name, value) in key.Tags)
                    writer.WriteString(name, value);
                writer.WriteEndObject();
            }

            if (key.Expires is { } expires)
                writer.WriteString("expires", expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            WriteList(writer, "limits", key.Limits);
            if (key.IsDisabled)
                writer.WriteBoolean("disabled", true);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }

    // Nobody else needs to see who has which key.
    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private IReadOnlyList<GatewayKeyConfig> Read(string text)
    {
        var keys = KeysFileReader.Parse(text, governance with { Keys = [.. governance.Keys.Where(key => !key.IsFromFile)] }, out var errors);
        return errors.Count == 0 ? keys : throw new InvalidConfigException(path, errors);
    }

    private async Task<FileStream> LockAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (tries < LockTries)
            {
                await Task.Delay(LockPause, time, cancellationToken);
            }
        }
    }
}
