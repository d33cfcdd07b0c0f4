using System.Globalization;
using System.Text.Json;

namespace RouterEval;

/// <summary>Compares measures with <c>expected.json</c>: every change of the classifier has to reach them.</summary>
internal static class Gate
{
    /// <summary>Points within which numbers count as the same: vectors differ a little from processor to processor.</summary>
    public const double Tolerance = 0.5;

    /// <summary>One line per share that is off, within <see cref="Tolerance"/> or the weight of one and a half prompts: a share of few moves in steps.</summary>
    public static IReadOnlyList<string> Check(string file, string section, IReadOnlyDictionary<string, (double Share, int Count)> measured)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. expected.RootElement.GetProperty(section).EnumerateObject()
                .Where(number => Math.Abs(measured[number.Name].Share - number.Value.GetDouble()) > Math.Max(Tolerance, 150.0 / measured[number.Name].Count))
                .Select(number => string.Create(CultureInfo.InvariantCulture, $"{section}: {number.Name} is {measured[number.Name].Share:0.00}, expected {number.Value.GetDouble():0.00}")),
        ];
    }

    /// <summary>One line per number that is off; counts and calibration errors are not compared.</summary>
    public static IReadOnlyList<string> Check(string file, string section, IReadOnlyDictionary<string, double> measured)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(file));
        return
        [
            .. expected.RootElement.GetProperty(section).EnumerateObject()
                .Where(number => measured.ContainsKey(number.Name) && number.Name is not ("ece" or "turns"))
                .Where(number => Math.Abs(measured[number.Name] - number.Value.GetDouble()) > Tolerance)
                .Select(number => string.Create(CultureInfo.InvariantCulture, $"{section}: {number.Name} is {measured[number.Name]:0.00}, expected {number.Value.GetDouble():0.00}")),
        ];
    }
}
