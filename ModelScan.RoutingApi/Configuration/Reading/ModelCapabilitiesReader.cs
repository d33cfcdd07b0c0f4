namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>capabilities</c> of an entry of <c>model_providers</c>.</summary>
internal static class ModelCapabilitiesReader
{
    private const int MostTokens = 100_000_000;

    public static ModelCapabilitiesConfig? Read(ConfigMap provider)
    {
        if (provider.Map("capabilities") is not { } map)
            return null;
        var stated = new ModelCapabilitiesConfig
        {
            Like = map.Text("like"),
            Context = map.Whole("context", 1, MostTokens),
            Input = map.Whole("input", 1, MostTokens),
            Output = map.Whole("output", 1, MostTokens),
            OutputField = map.OneOf("output_field", "max_tokens", "max_completion_tokens"),
            In = Words(map, "in", ModelCapabilitiesConfig.Modalities),
            Out = Words(map, "out", ModelCapabilitiesConfig.Modalities),
            Tools = map.Flag("tools"),
            ParallelTools = map.Flag("parallel_tools"),
            MaxTools = map.Whole("max_tools", 1, 100_000),
            Sampling = map.Flag("sampling"),
            DeveloperRole = map.Flag("developer_role"),
            OneSystemMessage = map.Flag("one_system_message"),
            StructuredOutput = map.OneOf("structured_output", "schema", "json", "none"),
            Formats = Words(map, "formats", ModelCapabilitiesConfig.KnownFormats),
            RefusedFields = map.Texts("refused_fields"),
            Reasoning = ReadReasoning(map),
        };
        if (stated.Output > stated.Context)
            map.Error("output", $"{stated.Output} is more than the whole context of {stated.Context}");
        if (stated.Input > stated.Context)
            map.Error("input", $"{stated.Input} is more than the whole context of {stated.Context}");
        map.RefuseOtherKeys();
        return stated;
    }

    private static ModelReasoningConfig? ReadReasoning(ConfigMap capabilities)
    {
        if (!capabilities.Has("reasoning"))
            return null;
        if (capabilities.IsScalar("reasoning"))
            return new ModelReasoningConfig { IsThere = capabilities.Flag("reasoning") };
        if (capabilities.Map("reasoning") is not { } map)
            return null;
        var stated = new ModelReasoningConfig
        {
            IsThere = true,
            Efforts = Words(map, "efforts", ModelCapabilitiesConfig.Efforts),
            MinBudget = map.Whole("min_budget", 0, MostTokens),
            MaxBudget = map.Whole("max_budget", 1, MostTokens),
            Adaptive = map.Flag("adaptive"),
            CanBeOff = map.Flag("can_be_off"),
            ReturnField = map.Text("return_field"),
        };
        if (stated.MinBudget > stated.MaxBudget)
            map.Error("min_budget", $"{stated.MinBudget} is more than max_budget, {stated.MaxBudget}");
        map.RefuseOtherKeys();
        return stated;
    }

    private static IReadOnlyList<string> Words(ConfigMap map, string key, IReadOnlyList<string> known)
    {
        var words = map.Texts(key);
        foreach (var word in words.Where(word => !known.Contains(word)))
            map.Error(key, $"'{word}' is not one of {string.Join(", ", known)}");
        return [.. words.Where(known.Contains)];
    }
}
