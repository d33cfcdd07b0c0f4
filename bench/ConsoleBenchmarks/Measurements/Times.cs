namespace ConsoleBenchmarks.Measurements;

/// <summary>Times that were measured, milliseconds.</summary>
internal sealed class Times
{
    private readonly List<double> _all = [];

    public int Count => _all.Count;

    public double Median => _all.Order().ElementAt(_all.Count / 2);

    public double Worst => _all.Max();

    public void Add(double milliseconds) => _all.Add(milliseconds);
}
