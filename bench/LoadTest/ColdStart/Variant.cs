namespace LoadTest.ColdStart;

/// <summary>A published gateway that is compared with others.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Assembly">Its assembly.</param>
internal sealed record Variant(string Name, string Assembly)
{
    /// <summary>Reads <c>NAME=FOLDER</c>; <see langword="null"/> where there is no gateway in the folder.</summary>
    public static Variant? Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var assembly = Path.GetFullPath(Path.Combine(text[(equals + 1)..], "ModelScan.RoutingApi.dll"));
        return equals > 0 && File.Exists(assembly) ? new Variant(text[..equals], assembly) : null;
    }
}
