using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;

namespace ModelScan.RoutingApi.Cli;

/// <summary>
/// Checks the settings that <c>serve</c> takes. They are read by .NET's configuration
/// (https://learn.microsoft.com/dotnet/core/extensions/configuration-providers#command-line-configuration-provider), which says nothing
/// of what it does not understand: a misspelt <c>--confg</c> would start a gateway with another configuration.
/// </summary>
internal static class ServeSettings
{
    private const string Help = "See 'modelscan serve --help'.";

    // What the gateway, the host and Kestrel read by a name without a section.
    private static readonly string[] Names =
    [
        "config", "urls", "http_ports", "https_ports", "environment", "contentRoot", "applicationName", "webRoot", "AllowedHosts", "MockProviders",
        "shutdownTimeoutSeconds", "preferHostingUrls", "suppressStatusMessages", "detailedErrors", "captureStartupErrors", "hostingStartupAssemblies",
        "preventHostingStartup", "forwardedHeaders_Enabled",
    ];

    private static readonly string[] Sections = [.. RoutingOverrides.Sections, "Logging", "Kestrel", "ConnectionStrings", "services"];

    /// <summary>The first thing that is wrong, in one line; <see langword="null"/> when nothing is.</summary>
    public static string? FindProblem(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            var prefix = arg.StartsWith("--", StringComparison.Ordinal) ? 2 : arg.StartsWith('/') ? 1 : 0;
            var equals = arg.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? arg[prefix..] : arg[prefix..equals];
            if (prefix == 0 && (equals <= 0 || arg[0] == '-'))
                return arg[0] == '-' ? Unknown(arg, name.TrimStart('-')) : $"unknown argument '{arg}': settings have the form --name value. {Help}";
            if (!IsKnown(name))
                return Unknown(arg[..(prefix + name.Length)], name);
            if (equals >= 0)
                continue;
            if (i + 1 == args.Count || args[i + 1].StartsWith("--", StringComparison.Ordinal))
                return $"'{arg}' needs a value. {Help}";
            i++;
        }

        return null;
    }

    private static bool IsKnown(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return Names.Contains(name, StringComparer.OrdinalIgnoreCase) || IsVariable(name);
        var section = name[..colon];

        // Libraries have sections of their own; only what is nearly one of ours is a slip.
        return Sections.Contains(section, StringComparer.OrdinalIgnoreCase) || NearestName.Find(section, Sections) is null;
    }

    // OPENAI_API_KEY, OTEL_SERVICE_NAME, …: what the environment says may be said here, too.
    private static bool IsVariable(string name) => name.Length > 0 && char.IsAsciiLetterUpper(name[0]) && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');

    private static string Unknown(string option, string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var nearest = colon < 0
            ? NearestName.Find(name, Names.Append("help").Append("version"))
            : NearestName.Find(name[..colon], Sections) is { } section ? $"{section}{name[colon..]}" : null;
        return $"unknown option '{option}'{(nearest is null ? "." : $"; did you mean '--{nearest}'?")} {Help}";
    }
}
