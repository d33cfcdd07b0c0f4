using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads the file of keys beside a configuration, which programs write: <c>keys: […]</c>, as the configuration has them.</summary>
internal static class KeysFileReader
{
    /// <summary>Largest file in bytes: some 10,000 keys.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>The text of the file; empty where there is none yet.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadText(string path) => File.Exists(path) ? BoundedFile.ReadText(path, MaxBytes) : "";

    /// <summary>Adds the file's keys to a configuration.</summary>
    /// <param name="report">The configuration without them.</param>
    /// <param name="path">The file.</param>
    public static ConfigReport Apply(ConfigReport report, string path)
    {
        if (report.Loaded is not { } loaded)
            return report;
        string text;
        try
        {
            text = ReadText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failed(report, [new ConfigError("governance.keys_file", 0, $"{path} cannot be read: {exception.Message}")]);
        }

        var governance = loaded.Config.Governance;
        var keys = Parse(text, governance, out var errors);
        if (errors.Count > 0)
            return Failed(report, errors);
        return report with
        {
            Loaded = loaded with
            {
                Config = loaded.Config with { Governance = governance with { KeysFile = path, Keys = [.. governance.Keys, .. keys] } },
                Hash = text.Length == 0 ? loaded.Hash : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{loaded.Hash}\0keys\0{text}"))),
            },
        };
    }

    /// <summary>Reads the keys of a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="governance">The configuration's own.</param>
    /// <param name="errors">What is wrong with it.</param>
    public static IReadOnlyList<GatewayKeyConfig> Parse(string text, GovernanceConfig governance, out IReadOnlyList<ConfigError> errors)
    {
        errors = [];
        if (string.IsNullOrWhiteSpace(text))
            return [];

        // Variables have no place in a file that a program writes.
        var scope = new ConfigScope(new VariableExpansion([], static _ => null));
        if (YamlDocumentReader.Read(text, scope) is { } document)
        {
            var root = new ConfigMap(scope, document, "governance.keys_file");
            var keys = GatewayKeyReader.Read(root, isFromFile: true, [.. governance.Keys.Select(key => key.Id)]);
            root.RefuseOtherKeys();
            GovernanceCheck.Limits(root, keys, governance);
            errors = scope.Errors;
            return keys;
        }

        errors = scope.Errors;
        return [];
    }

    private static ConfigReport Failed(ConfigReport report, IReadOnlyList<ConfigError> errors) => report with { Loaded = null, Errors = errors };
}
