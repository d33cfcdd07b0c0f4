namespace ModelScan.RoutingApi.Configuration.Reading;

/// <summary>Reads <c>subagents</c>; a target is <c>provider/model</c> or <c>provider:model</c>, any other name of a model, an alias or a route.</summary>
internal static class SubagentsReader
{
    private static readonly string[] DefaultFolders = [".claude/agents", "~/.claude/agents"];

    public static SubagentsConfig? Read(ConfigMap root, RoutingConfig config)
    {
        if (root.Map("subagents") is not { } map)
            return null;
        var isOn = map.Flag("enable") ?? true;
        var names = new ModelNames(config.Providers, config.Aliases);
        var folders = map.Texts("folders");
        var subagents = new SubagentsConfig(ReadMappings(map, names, config), ReadRules(map, names, config), folders.Count > 0 ? folders : DefaultFolders);
        map.RefuseOtherKeys();
        return isOn && (subagents.Agents.Count > 0 || subagents.Rules.Count > 0) ? subagents : null;
    }

    private static List<AgentMappingConfig> ReadMappings(ConfigMap subagents, ModelNames names, RoutingConfig config)
    {
        var mappings = new List<AgentMappingConfig>();
        if (subagents.Map("mappings") is not { } map)
            return mappings;
        foreach (var agent in map.Keys.ToArray())
        {
            if (ReadTarget(map, agent, names, config) is { } target)
                mappings.Add(new AgentMappingConfig(agent, target));
        }

        return mappings;
    }

    private static List<AgentRuleConfig> ReadRules(ConfigMap subagents, ModelNames names, RoutingConfig config)
    {
        var rules = new List<AgentRuleConfig>();
        foreach (var map in subagents.Maps("rules"))
        {
            var when = map.OneOf("when", [.. AgentRuleConfig.Conditions]);
            if (when is null && !map.Has("when"))
                map.Error("when", "is required");
            var target = ReadTarget(map, "model", names, config);
            var above = map.Whole("above", 1, 100_000_000);
            var small = map.Texts("models");
            if (above is not null && when is not "long_context")
                map.Error("above", "is only of use when: long_context");
            if (small.Count > 0 && when is not "background")
                map.Error("models", "is only of use when: background");
            map.RefuseOtherKeys();
            if (when is null || target is null)
                continue;
            var rule = new AgentRuleConfig(Enum.GetValues<AgentCondition>().First(condition => AgentRuleConfig.NameOf(condition) == when), target.Value);
            rules.Add(rule with { AboveTokens = above ?? rule.AboveTokens, SmallModels = small.Count > 0 ? small : rule.SmallModels });
        }

        return rules;
    }

    private static AgentTargetConfig? ReadTarget(ConfigMap map, string key, ModelNames names, RoutingConfig config)
    {
        var written = map.RequiredText(key);
        if (written.Length == 0)
            return null;
        if (names.Find(written) is not null || VirtualModelNames.Find(config.Aliases.GetValueOrDefault(written, written)) is not null)
            return new AgentTargetConfig(written, null);
        if (config.Routes.Any(route => route.Name == written))
            return new AgentTargetConfig(null, written);

        // provider:model, where a model's own name may have further colons.
        var colon = written.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && $"{written[..colon]}/{written[(colon + 1)..]}" is var model && names.Find(model) is not null)
            return new AgentTargetConfig(model, null);
        map.Error(key, $"'{written}' is no model of model_providers, no alias and no route");
        return null;
    }
}
