using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

/// <summary>
/// Whatever a configuration can say is read by code outside of the room Configuration: a property that nobody reads is a setting that does
/// nothing. Found in the compiled code of the gateway.
/// </summary>
public sealed class ConfigPropertyTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
    private const string Room = "ModelScan.RoutingApi.Configuration";

    // What is read where the configuration is read, and is in force by way of something else.
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["ModelListenerConfig.Timeout"] = "bounds TimeoutsConfig.Total",
        ["RoutingConfig.Version"] = "says which migrations have been made",
    };

    private static readonly Assembly Gateway = typeof(RoutingConfig).Assembly;

    private static readonly Dictionary<short, OpCode> Codes =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static readonly Lazy<HashSet<string>> Read = new(FindRead);

    public static TheoryData<string> Properties => [.. Settings().Select(Name)];

    [Theory]
    [MemberData(nameof(Properties))]
    public void Property_IsReadOutsideOfConfiguration(string property)
    {
        if (!Exceptions.ContainsKey(property))
            Assert.True(Read.Value.Contains(property), $"{property} is read by nobody: the keys that set it do nothing.");
    }

    [Fact]
    public void Exceptions_AreReadByNobodyElse() => Assert.All(
        Exceptions.Keys, name => Assert.True(Settings().Select(Name).Contains(name) && !Read.Value.Contains(name), $"{name} is an exception without need"));

    [Fact]
    public void Properties_OfNestedTypes_AreFound()
    {
        Assert.Contains("ModelReasoningConfig.MinBudget", Settings().Select(Name));
        Assert.Contains("RouterModelConfig.CacheAge", Settings().Select(Name));
        Assert.True(Settings().Count() > 100);
    }

    // Every *Config, and whatever else of the room their properties hold.
    private static IEnumerable<PropertyInfo> Settings() => Gateway.GetTypes()
        .Where(type => type.Namespace == Room && type is { IsClass: true, IsAbstract: false } && type.Name.EndsWith("Config", StringComparison.Ordinal) && type != typeof(LoadedConfig))
        .SelectMany(type => type.GetProperties(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance));

    private static string Name(PropertyInfo property) => $"{property.DeclaringType!.Name}.{property.Name}";

    // A property that another one is made of is read where that one is.
    private static HashSet<string> FindRead()
    {
        var settings = Settings().ToDictionary(property => property.GetMethod!.MetadataToken);
        var calls = Gateway.GetTypes()
            .SelectMany(type => type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
            .SelectMany(method => CalledBy(method).Where(settings.ContainsKey).Select(token => (Caller: method, Property: settings[token])))
            .ToArray();
        var read = calls.Where(call => !IsInRoom(call.Caller)).Select(call => Name(call.Property)).ToHashSet();
        var inner = calls.Where(call => settings.ContainsKey(call.Caller.MetadataToken)).ToArray();
        for (var before = -1; before != read.Count;)
        {
            before = read.Count;
            read.UnionWith(inner.Where(call => read.Contains(Name(settings[call.Caller.MetadataToken]))).Select(call => Name(call.Property)).ToArray());
        }

        return read;
    }

    private static bool IsInRoom(MethodBase method) => method.DeclaringType!.Namespace is { } name && (name == Room || name.StartsWith($"{Room}.", StringComparison.Ordinal));

    // Metadata tokens of this assembly's methods that the method calls.
    private static IEnumerable<int> CalledBy(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < code.Length;)
        {
            var isLong = code[at] == 0xFE;
            var operation = Codes[isLong ? unchecked((short)(0xFE00 | code[at + 1])) : code[at]];
            at += isLong ? 2 : 1;
            if (operation.OperandType == OperandType.InlineMethod)
                yield return BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at));
            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))),
                _ => 4,
            };
        }
    }
}
