using System.Reflection;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.Tests.Configuration;

public sealed class ConfigNamesTests
{
    [Fact]
    public void EveryEnumerationWithNames_HasOneForEachValueAndNoneTwice()
    {
        var named = typeof(RoutingMode).Assembly.GetTypes()
            .Where(type => type.IsEnum && Fields(type).Any(field => field.GetCustomAttribute<ConfigNameAttribute>() is not null)).ToArray();
        Assert.Contains(typeof(SessionStoreKind), named);
        foreach (var type in named)
        {
            var names = Fields(type).Select(field => field.GetCustomAttribute<ConfigNameAttribute>()).ToArray();
            Assert.All(names, Assert.NotNull);
            var all = names.SelectMany(name => name!.Others.Prepend(name.Name)).ToArray();
            Assert.Equal(all.Distinct(StringComparer.Ordinal), all);
        }
    }

    [Theory]
    [InlineData("plano_proxy", RoutingMode.PlanoProxy)]
    [InlineData("proxy", RoutingMode.PlanoProxy)]
    [InlineData("policy", RoutingMode.Policy)]
    public void Find_AnySpelling_IsTheValue(string name, RoutingMode mode) => Assert.Equal(mode, ConfigNames<RoutingMode>.Find(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Policy")]
    [InlineData("0")]
    public void Find_NoName_IsNone(string? name) => Assert.Null(ConfigNames<RoutingMode>.Find(name));

    [Fact]
    public void Listed_ForMessages_IsWithoutOtherSpellings() => Assert.Equal("policy, direct, plano_proxy or plano_embedded", ConfigNames<RoutingMode>.Listed);

    [Fact]
    public void Of_AValueThatThereIsNot_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => ConfigNames<RoutingMode>.Of((RoutingMode)99));

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static);
}
