namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>routing.embedded</c>: the Plano container of the gateway's own.</summary>
internal static class PlanoEmbeddedReader
{
    private const string DefaultConfigPath = "./plano_config.yaml";
    private const string DefaultImage = "katanemo/plano:0.4.36";

    /// <summary>Reads the section.</summary>
    /// <param name="section">The section; <see langword="null"/> when there is none.</param>
    /// <param name="ownPort">The port of the gateway itself.</param>
    /// <param name="fallback">What <c>routing.fallback</c> says; where it says nothing, the section's own <c>fallback</c> does.</param>
    public static PlanoEmbeddedConfig? Read(ConfigMap? section, int ownPort, ref bool? fallback)
    {
        if (section is null)
            return null;
        var ownFallback = section.Flag("fallback");
        fallback ??= ownFallback;
        var otherwise = new PlanoEmbeddedConfig(DefaultConfigPath, DefaultImage, ReadEnvironment(section));
        var ports = section.Map("ports");
        var config = otherwise with
        {
            ConfigPath = NotEmpty(section, "config_path") ?? otherwise.ConfigPath,
            Image = ReadImage(section) ?? otherwise.Image,
            Address = section.HttpUrl("address"),
            Engine = ReadEngine(section),
            Pull = section.Choice<ImagePull>("pull") ?? ImagePull.Missing,
            PullTimeout = Limit(section, "pull_timeout", otherwise.PullTimeout),
            IngressPort = ports?.Whole("ingress", 0, 65535),
            EgressPort = ports?.Whole("egress", 0, 65535) ?? section.Whole("port", 0, 65535) ?? otherwise.EgressPort,
            HealthEndpoint = ReadHealthEndpoint(section) ?? otherwise.HealthEndpoint,
            HealthInterval = Limit(section, "health_interval", otherwise.HealthInterval),
            HealthTimeout = Limit(section, "health_timeout", otherwise.HealthTimeout),
            StartTimeout = Limit(section, "start_timeout", otherwise.StartTimeout),
            MaxRestarts = section.Whole("max_restarts", 0, 100) ?? otherwise.MaxRestarts,
            RestartWindow = Limit(section, "restart_window", otherwise.RestartWindow),
            WhileStarting = section.Choice<WhileStarting>("while_starting") ?? (fallback == true ? WhileStarting.Fallback : WhileStarting.Unavailable),
        };
        CheckPorts(section, ports, config, ownPort);
        if (config.WhileStarting == WhileStarting.Fallback && fallback != true)
            section.Error("while_starting", "fallback needs routing.fallback: true");
        section.Has("port");
        ports?.RefuseOtherKeys();
        section.RefuseOtherKeys();
        return config;
    }

    private static void CheckPorts(ConfigMap section, ConfigMap? ports, PlanoEmbeddedConfig config, int ownPort)
    {
        var (map, key) = ports?.Has("egress") == true ? (ports, "egress") : (section, "port");
        if (config.EgressPort != 0 && config.EgressPort == config.IngressPort)
            ports!.Error("ingress", "must be another port than that of the model listener");
        if (config.EgressPort == ownPort)
            map.Notice(key, $"{ownPort} is the gateway's own port unless it is told to listen elsewhere; 0 takes a free one");
    }

    private static string? ReadImage(ConfigMap section)
    {
        if (NotEmpty(section, "image") is not { } image)
            return null;

        // It stands on a command line, where a leading hyphen would make an option of it.
        if (image[0] == '-' || image.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            section.Error("image", $"'{image}' is not the name of an image");
        return image;
    }

    private static string? ReadEngine(ConfigMap section)
    {
        if (NotEmpty(section, "engine") is not { } engine)
            return null;
        if (engine is not ("docker" or "podman") && engine.AsSpan().IndexOfAny('/', '\\') < 0)
            section.Error("engine", $"must be docker, podman or the path of one of them, not '{engine}'");
        return engine;
    }

    private static string? ReadHealthEndpoint(ConfigMap section)
    {
        if (section.Value("health_endpoint") is not { } path)
            return null;
        if (!path.StartsWith('/'))
            section.Error("health_endpoint", "must be a path that starts with /");
        return path;
    }

    // They reach the container through a file with one NAME=value in each line.
    private static IReadOnlyDictionary<string, string> ReadEnvironment(ConfigMap section)
    {
        var variables = section.TextMap("env");
        foreach (var (name, value) in variables)
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
                section.Map("env")!.Error(name, "is not a name for a variable: letters, digits and underscores");
            else if (value.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0)
                section.Map("env")!.Error(name, "must be a single line");
        }

        return variables;
    }

    private static string? NotEmpty(ConfigMap section, string key)
    {
        var text = section.Value(key);
        if (text is null || !string.IsNullOrWhiteSpace(text))
            return text;
        section.Error(key, "must not be empty");
        return null;
    }

    private static TimeSpan Limit(ConfigMap section, string key, TimeSpan otherwise) => RoutingSectionReader.Positive(section, key, otherwise);
}
