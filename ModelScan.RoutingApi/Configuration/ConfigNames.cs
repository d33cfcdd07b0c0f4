using System.Reflection;

namespace ModelScan.RoutingApi.Configuration;

/// <summary>How configuration files, headers and answers name a value of an enumeration.</summary>
/// <param name="name">Its name.</param>
/// <param name="others">Other spellings that mean the same.</param>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class ConfigNameAttribute(string name, params string[] others) : Attribute
{
    public string Name => name;

    public IReadOnlyList<string> Others => others;
}

/// <summary>The names of an enumeration's values, as they stand beside them: readers, schema, messages and answers go by these.</summary>
/// <typeparam name="T">An enumeration whose every value has a <see cref="ConfigNameAttribute"/>.</typeparam>
internal static class ConfigNames<T>
    where T : struct, Enum
{
    private static readonly (T Value, ConfigNameAttribute Names)[] Values =
        [.. typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => ((T)field.GetValue(null)!, field.GetCustomAttribute<ConfigNameAttribute>()!))];

    /// <summary>Every name, the other spellings included, in the order of the values.</summary>
    public static string[] All { get; } = [.. Values.SelectMany(value => value.Names.Others.Prepend(value.Names.Name))];

    /// <summary>The names without other spellings, for messages: <c>a, b or c</c>.</summary>
    public static string Listed { get; } = Values.Length == 1
        ? Values[0].Names.Name
        : $"{string.Join(", ", Values[..^1].Select(value => value.Names.Name))} or {Values[^1].Names.Name}";

    /// <summary>A value's name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such value.</exception>
    public static string Of(T value)
    {
        foreach (var (known, names) in Values)
        {
            if (EqualityComparer<T>.Default.Equals(known, value))
                return names.Name;
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, null);
    }

    /// <summary>The value of that name, in any spelling; <see langword="null"/> when there is none.</summary>
    public static T? Find(string? name)
    {
        foreach (var (value, names) in Values)
        {
            if (names.Name == name || (name is not null && names.Others.Contains(name)))
                return value;
        }

        return null;
    }
}
